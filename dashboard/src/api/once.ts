import {useState} from 'react'
import {isPassing, toProblem} from './problem'

/** The key of one wish: however often it is sent because no answer came, it is done once. */
export class Once {
  private key = randomKey()

  /** To be sent with the request. */
  get header(): {'Idempotency-Key': string} {
    return {'Idempotency-Key': this.key}
  }

  /** After an answer that counts, what is sent next is another wish; without one it is the same. */
  settled(error: unknown): void {
    if (error === null || error === undefined || isFinal(error)) this.key = randomKey()
  }
}

/** One for as long as a form or button is there. */
export function useOnce(): Once {
  return useState(() => new Once())[0]
}

/** For a mutation that sends a key. */
export function settles(once: Once) {
  return {onSettled: (_made: unknown, error: unknown) => once.settled(error)}
}

function isFinal(error: unknown): boolean {
  const {status} = toProblem(error)
  return !isPassing(error) && status !== 408 && status !== 429
}

/** `crypto.randomUUID` is not there for pages over plain HTTP. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}
