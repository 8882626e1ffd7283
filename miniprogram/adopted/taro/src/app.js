import { createYumen } from '@yumen/miniprogram'

const yumen = createYumen({ appid: 'wx0123456789abcdef', road: { kind: 'https', hosts: ['https://api.velvetpine.example'] } })
if (yumen.session.state === 'open') yumen.pay.resume()

export default function App({ children }) {
  return children
}
