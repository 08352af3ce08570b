import {MutationObserver} from '@tanstack/react-query'
import {expect, test, vi} from 'vitest'
import {forgetAll, queries} from './queries'

test('what was sent is forgotten as soon as nobody shows what came of it, and all of it at the end of a session', async () => {
  const send = async (variables: {password: string}) => {
    const observer = new MutationObserver(queries, {mutationFn: (sent: {password: string}) => Promise.resolve(sent.password.length)})
    const stop = observer.subscribe(() => undefined)
    await observer.mutate(variables)
    return stop
  }
  const left = await send({password: 'secret'})
  left()
  await vi.waitFor(() => expect(queries.getMutationCache().getAll()).toEqual([]))

  const stays = await send({password: 'secret'})
  expect(queries.getMutationCache().getAll()).toHaveLength(1)
  await forgetAll()
  expect(queries.getMutationCache().getAll()).toEqual([])
  stays()
})
