import {expect, test} from 'vitest'
import {versioned} from './versioned'

test('a thing and its version come from one answer', () => {
  expect(versioned({data: {id: 'sch_1'}, response: new Response(null, {headers: {ETag: '"7"'}})})).toEqual({found: {id: 'sch_1'}, version: '"7"'})
})

test('without a version nothing is edited', () => {
  expect(() => versioned({data: {id: 'sch_1'}, response: new Response()})).toThrow('ETag')
})

test('a refusal is told as it is', () => {
  const refused = {code: 'not_found'}
  let told: unknown
  try {
    versioned({error: refused, response: new Response(null, {status: 404, headers: {ETag: '"7"'}})})
  } catch (error) {
    told = error
  }
  expect(told).toBe(refused)
})
