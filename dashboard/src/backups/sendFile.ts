import {type Problem, toProblem} from '../api/problem'

/**
 * Sends a file as it is and tells how far it is, which `fetch` cannot.
 *
 * @param onProgress bytes that were sent
 * @returns what the platform answered
 * @throws the problem that it was refused with
 */
export function sendFile<T>(path: string, file: File, onProgress: (sent: number) => void, gone: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject: (problem: Problem) => void) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.responseType = 'json'
    request.upload.onprogress = event => onProgress(event.loaded)
    request.onload = () => (request.status < 300 ? resolve(request.response as T) : reject(toProblem(request.response)))
    request.onerror = () => reject(toProblem(new TypeError('no answer')))
    request.onabort = () => reject({...toProblem(new TypeError()), title: 'It was not sent', detail: 'You stopped it.', code: 'stopped', remedy: 'Send it again when you want to.'})
    gone.addEventListener('abort', () => request.abort(), {once: true})
    request.send(file)
  })
}
