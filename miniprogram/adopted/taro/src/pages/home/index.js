import { Button, Text, View } from '@tarojs/components'
import { useLoad, useUnload } from '@tarojs/taro'
import { current } from '@yumen/miniprogram'
import { useRef, useState } from 'react'

export default function Home() {
  const scope = useRef(null)
  const [goods, setGoods] = useState('')
  const [said, setSaid] = useState('')
  useLoad(() => {
    const { api, appid } = current()
    scope.current = api.scope()
    api.get('/v1/products', { query: { appid, limit: 1 }, session: 'if_open', scope: scope.current })
      .then(({ items }) => setGoods(items[0].name), (problem) => setGoods(problem.code))
  })
  useUnload(() => scope.current.end())
  const login = () => current().session.open()
    .then(() => current().api.get('/v1/age'))
    .then((age) => setSaid(age.guardian), (problem) => setSaid(problem.code))
  return (
    <View>
      <Text>{goods}</Text>
      <Button onClick={login}>Log in</Button>
      <Text id="said">{said}</Text>
      <yumen-sheet />
    </View>
  )
}
