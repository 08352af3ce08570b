import {type Problem, toProblem} from '../api/problem'

const STOPPED: Problem = {
  type: 'about:blank',
  title: 'It was not sent',
  status: 499,
  detail: 'It was stopped.',
  code: 'stopped',
  remedy: 'Send it again when you want to.',
  errors: [],
}

/**
 * Sends a file as it is and tells how far it is, which `fetch` cannot.
 *
 * @param headers that go with it
 * @param onProgress bytes that were sent
 * @returns what the platform answered
 * @throws the problem that it was refused with
 */
export function sendFile<T>(path: string, file: File, headers: {[name: string]: string}, onProgress: (sent: number) => void, gone: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject: (problem: Problem) => void) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = event => onProgress(event.loaded)
    request.onload = () => {
      const told = parsed(request.responseText)
      if (request.status < 300 && told !== undefined) resolve(told as T)
      else reject(refusal(request.status, told))
    }
    request.onerror = () => reject(toProblem(new TypeError('no answer')))
    request.onabort = () => reject(STOPPED)
    gone.addEventListener('abort', () => request.abort(), {once: true})
    request.send(file)
  })
}

/** What was answered with that status, as a problem; what told is undefined was no JSON: not the platform said so. */
export function refusal(status: number, told: unknown): Problem {
  if (told !== undefined) return toProblem(told)
  const tooLarge = status === 413
  return {
    type: 'about:blank',
    title: 'It was not taken',
    status,
    detail: `Something in between answered in the platform’s place, such as a proxy: ${tooLarge ? 'the file is too large for it' : 'HTTP status'} (${status}).`,
    code: 'refused_in_between',
    remedy: tooLarge ? 'Let the proxy pass larger bodies, or send the file to the platform itself.' : 'Look whether the platform runs (./slipway status), and what the proxy says about it.',
    errors: [],
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
