/** A stand-in for `Component`, for the logic of components: data, properties, lifetimes, events; it draws nothing. */

export interface Mounted {
  data: Record<string, any>
  events: { name: string; detail: any }[]
  /** Call a handler as the WXML would. */
  tap(handler: string, dataset?: Record<string, unknown>, detail?: unknown): unknown
  /** The page comes back to the front. */
  show(): void
  detach(): void
}

type Options = {
  properties: Record<string, { value: unknown }>
  data: Record<string, unknown>
  lifetimes: Record<string, (this: unknown) => void>
  pageLifetimes: Record<string, (this: unknown) => void>
  methods: Record<string, (this: unknown, event: unknown) => unknown>
}

/** Run a module that calls `Component(options)` and mount what it made. */
export async function mount(load: () => Promise<unknown>, properties: Record<string, unknown> = {}): Promise<Mounted> {
  const made: Options[] = []
  ;(globalThis as Record<string, unknown>).Component = (options: Options) => void made.push(options)
  await load()
  const options = made[0]
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(options.properties)) values[name] = options.properties[name].value
  const events: Mounted['events'] = []
  const self: Record<string, any> = {
    ...options.methods,
    data: JSON.parse(JSON.stringify({ ...values, ...options.data, ...properties })),
    setData(change: Record<string, unknown>) {
      for (const path of Object.keys(change)) put(self.data, path, change[path])
    },
    triggerEvent: (name: string, detail: unknown) => void events.push({ name, detail }),
  }
  options.lifetimes.attached.call(self)
  return {
    get data() {
      return self.data
    },
    events,
    tap: (handler, dataset = {}, detail = {}) => self[handler]({ currentTarget: { dataset }, detail }),
    show: () => options.pageLifetimes.show.call(self),
    detach: () => options.lifetimes.detached.call(self),
  }
}

/** `items[2].on` is a path. */
function put(data: Record<string, any>, path: string, value: unknown): void {
  const steps = path.split(/[.[\]]+/).filter(Boolean)
  const last = steps.pop()!
  const place = steps.reduce((at, step) => at[step], data)
  place[last] = value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}
