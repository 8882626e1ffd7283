/** The panel beside the phone: what the world around it does. */

const CHOICES = [
  ['cashier', 'At the cashier 收银台', { ask: 'the person decides 由本人决定', pay: 'pays at once 立即支付', cancel: 'closes it 关闭', wrong_password: 'payment fails 支付失败' }],
  ['network', 'Network 网络', { wifi: 'Wi-Fi', '4g': '4G', '3g': '3G (slow 慢)', '2g': '2G (very slow 很慢)', none: 'offline 无网络' }],
  ['vantage', 'Backend stands in 后端位于', { none: 'this machine 本机', mainland: 'Shanghai 上海', hongkong: 'Hong Kong 香港', frankfurt: 'Frankfurt 法兰克福' }],
  ['library', 'Base library 基础库', { '3.8.0': '3.8.0', '2.10.0': '2.10.0 (old 旧)' }],
  ['language', 'Phone speaks 手机语言', { zh_CN: '中文', en: 'English' }],
  ['text', 'Text size 字体大小', { 16: 'usual 标准', 19: 'large 大', 23: 'very large 特大' }],
  ['theme', 'Theme 主题', { light: 'light 浅色', dark: 'dark 深色' }],
]
const frame = document.getElementById('phone')
const told = document.getElementById('told')
const hand = () => frame.contentWindow.phone
const reload = (page) => void (frame.src = '/phone/' + (page ? '?page=' + encodeURIComponent(page) : ''))

function line([name, title, values]) {
  const label = document.createElement('label')
  const select = document.createElement('select')
  select.name = name
  select.append(...Object.entries(values).map(([value, text]) => new Option(text, value)))
  select.value = localStorage.getItem('phone.' + name) || Object.keys(values)[0]
  select.onchange = () => void change(name, select.value)
  label.append(title, select)
  return label
}

async function change(name, value) {
  hand().device.set(name, value)
  if (name === 'vantage') await hand().device.ask('vantage', { place: value })
  if (name === 'language' || name === 'library' || name === 'text') reload()
  told.textContent = `${name}: ${value}`
}

document.getElementById('panel').append(...CHOICES.map(line))
document.getElementById('withdraw').onclick = () => {
  hand().device.set('privacy', null)
  told.textContent = 'Withdrawn: the app is asked again at its next start. 已撤回，下次启动时将重新询问。'
  reload()
}
document.getElementById('replace').onclick = () => {
  hand().device.replace()
  location.reload()
}
document.getElementById('shared').onclick = () => {
  const page = hand().device.get('shared')
  hand().device.replace()
  reload(page)
}
addEventListener('storage', ({ key, newValue }) => {
  if (key === 'phone.shared') document.getElementById('shared').hidden = !newValue
})
frame.onload = () => void (document.getElementById('shared').hidden = !localStorage.getItem('phone.shared'))
