import {expect, test} from 'vitest'
import {fieldsOf, toChange} from './change'

const known = {resources: {memoryMb: 512, cpus: null}, externalPort: 15432}

test('only what was changed is sent', () => {
  expect(toChange(known, fieldsOf(known))).toBeNull()
  expect(toChange(known, {...fieldsOf(known), cpus: 0.5})).toEqual({resources: {cpus: 0.5}})
  expect(toChange(known, {...fieldsOf(known), externalPort: 15433})).toEqual({externalPort: 15433})
})

test('a field that was emptied takes the limit away', () => {
  expect(toChange(known, {memoryMb: '', cpus: '', externalPort: ''})).toEqual({resources: {memoryMb: null}, externalPort: null})
})
