import {expect, test} from 'vitest'
import {type Backup, isThere, percentOf, shownStatus, stageOf, subjectOf} from './status'

const WAITING = {
  status: 'pending', startedAt: null, storedAt: null, removedAt: null, progressBytes: 0, manifest: null,
  databaseId: 'db_1', applicationId: null, volume: null, platform: false,
} as Backup
const STORED: Backup = {...WAITING, status: 'stored', startedAt: 'x', storedAt: 'x', progressBytes: 50, manifest: {plainBytes: 200} as Backup['manifest']}

test('a backup goes through its stages, and counts at the last only', () => {
  expect(stageOf(WAITING)).toBe(0)
  expect(stageOf({...WAITING, status: 'running', startedAt: 'x'})).toBe(1)
  expect(stageOf(STORED)).toBe(2)
  expect(stageOf({...STORED, status: 'verified'})).toBe(3)
})

test('progress is told where it is known how much it will be', () => {
  expect(percentOf({...WAITING, status: 'running', startedAt: 'x', progressBytes: 9})).toBeNull()
  expect(percentOf(STORED)).toBe(25)
  expect(percentOf({...STORED, progressBytes: 999})).toBe(100)
})

test('what was removed is not there any more', () => {
  expect([WAITING, STORED, {...STORED, removedAt: 'x'}].map(isThere)).toEqual([false, true, false])
})

test('a cancelled or failed one is told as such though nothing lies there', () => {
  expect(shownStatus({status: 'cancelled', removedAt: 'x'})).toBe('cancelled')
  expect(shownStatus({status: 'failed', removedAt: 'x'})).toBe('failed')
  expect(shownStatus({status: 'verified', removedAt: 'x'})).toBe('removed')
  expect(shownStatus({status: 'verified', removedAt: null})).toBe('verified')
})

test('what it is of is named as requests name it', () => {
  expect(subjectOf(WAITING)).toEqual({databaseId: 'db_1'})
  expect(subjectOf({...WAITING, databaseId: null, applicationId: 'app_1', volume: 'data'})).toEqual({applicationId: 'app_1', volume: 'data'})
  expect(subjectOf({...WAITING, databaseId: null, platform: true})).toEqual({platform: true})
  expect(subjectOf({...WAITING, databaseId: null})).toBeNull()
})
