import {expect, test} from 'vitest'
import {refusal} from './sendFile'

test('what the platform refuses with is shown as it says it', () => {
  const told = {type: 'about:blank', title: 'No', status: 422, detail: 'It is no dump.', code: 'dump_not_custom', remedy: 'Use pg_dump -Fc.'}
  expect(refusal(422, told)).toBe(told)
})

test('what a proxy refuses has a status, a reason and a remedy', () => {
  expect(refusal(413, undefined)).toMatchObject({status: 413, code: 'refused_in_between', remedy: expect.stringContaining('proxy') as string})
  expect(refusal(413, undefined).detail).toContain('too large')
  expect(refusal(502, undefined).detail).toContain('502')
})
