import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {follow, type StreamState} from './stream'

/** A page that is looked at or not. */
class Page extends EventTarget {
  hidden = false

  turn(hidden: boolean) {
    this.hidden = hidden
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

/** A server whose answers the test gives, one for each request. */
class Server {
  readonly asked: {headers: Record<string, string>; signal: AbortSignal}[] = []
  private readonly answers: ((signal: AbortSignal) => Response)[] = []

  will(...answers: ((signal: AbortSignal) => Response)[]) {
    this.answers.push(...answers)
  }

  readonly fetch = (_url: string, asked: {headers: Record<string, string>; signal: AbortSignal}): Promise<Response> => {
    this.asked.push(asked)
    const answer = this.answers.shift()
    return answer === undefined ? Promise.reject(new TypeError('no answer')) : Promise.resolve(answer(asked.signal))
  }
}

/** A stream that says this and stays open. */
function open(text: string) {
  return (signal: AbortSignal) =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(text))
          signal.addEventListener('abort', () => controller.error(signal.reason), {once: true})
        },
      }),
    )
}

const refuses = (status: number, headers: Record<string, string> = {}) => () => new Response('<html>no</html>', {status, headers})

let page: Page
let server: Server
let gone: AbortController
let states: StreamState[]
let heard: string[]
let going: Promise<void>

function begin(): Promise<void> {
  going = follow('/api/events', gone.signal, told => void heard.push(told.data), state => void states.push(state))
  return going
}

beforeEach(() => {
  vi.useFakeTimers()
  page = new Page()
  server = new Server()
  gone = new AbortController()
  states = []
  heard = []
  vi.stubGlobal('document', page)
  vi.stubGlobal('fetch', server.fetch)
})

afterEach(async () => {
  gone.abort()
  await going
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a page that nobody looks at holds no connection, and goes on behind the last event', async () => {
  server.will(open('id: 7\ndata: one\n\n'), open('id: 8\ndata: two\n\n'))
  void begin()
  await vi.waitFor(() => expect(heard).toEqual(['one']))
  page.turn(true)
  await vi.waitFor(() => expect(states.at(-1)).toBe('connecting'))
  expect(server.asked[0]?.signal.aborted).toBe(true)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(server.asked).toHaveLength(1)
  page.turn(false)
  await vi.waitFor(() => expect(heard).toEqual(['one', 'two']))
  expect(server.asked[1]?.headers['Last-Event-ID']).toBe('7')
})

test('a page that is opened unseen asks for nothing', async () => {
  page.hidden = true
  void begin()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(server.asked).toHaveLength(0)
})

test('a connection over which nothing came for a minute is made anew', async () => {
  server.will(open('data: one\n\n'), open('data: two\n\n'))
  void begin()
  await vi.waitFor(() => expect(heard).toEqual(['one']))
  await vi.advanceTimersByTimeAsync(58_000)
  expect(server.asked).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(5_000)
  await vi.waitFor(() => expect(heard).toEqual(['one', 'two']))
})

test('who asked too often asks again when he was told to, no sooner', async () => {
  server.will(refuses(429, {'Retry-After': '17'}), open('data: one\n\n'))
  void begin()
  await vi.advanceTimersByTimeAsync(16_500)
  expect(server.asked).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1_000)
  await vi.waitFor(() => expect(heard).toEqual(['one']))
  expect(states).not.toContain('refused')
})

test('what is refused for good is not asked for again, in whatever words', async () => {
  server.will(refuses(403))
  await begin()
  expect(states).toEqual(['refused'])
})

test('a proxy without a platform behind it is asked again', async () => {
  server.will(refuses(502), refuses(408), open('data: one\n\n'))
  void begin()
  await vi.advanceTimersByTimeAsync(5_000)
  await vi.waitFor(() => expect(heard).toEqual(['one']))
})
