/** As `taro init` makes it, less what this project does without. */
export default {
  projectName: 'yumen-adopted-taro',
  designWidth: 750,
  deviceRatio: { 750: 1 },
  sourceRoot: 'src',
  outputRoot: 'dist',
  framework: 'react',
  compiler: { type: 'webpack5', prebundle: { enable: false } },
  // the SDK's components are native ones: they are copied, not compiled
  copy: { patterns: [{ from: 'node_modules/@yumen/miniprogram/miniprogram_dist/', to: 'dist/yumen/' }], options: {} },
  mini: {},
}
