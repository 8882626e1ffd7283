export default { usingComponents: { 'yumen-sheet': '../../yumen/components/notice-sheet/notice-sheet' } }
