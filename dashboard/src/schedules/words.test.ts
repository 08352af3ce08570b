import {expect, test} from 'vitest'
import {keepsFor, occasionOf} from './words'

test('when a backup is taken is said in words where there are words for it', () => {
  expect(occasionOf({cron: '0 2 * * *', timeZone: 'UTC', beforeDeploymentsOf: null})).toBe('Every night at 2 (UTC)')
  expect(occasionOf({cron: '7 5 * * 3', timeZone: 'Europe/Berlin', beforeDeploymentsOf: null})).toBe('At 7 5 * * 3 (Europe/Berlin)')
  expect(occasionOf({cron: null, timeZone: 'UTC', beforeDeploymentsOf: 'app_1'})).toBe('Before each deployment')
})

test('how long backups are kept', () => {
  expect(keepsFor({keepDays: null, keepCount: null})).toBe('kept for ever')
  expect(keepsFor({keepDays: 1, keepCount: null})).toBe('kept for 1 day')
  expect(keepsFor({keepDays: null, keepCount: 7})).toBe('the last 7 kept')
  expect(keepsFor({keepDays: 30, keepCount: 7})).toBe('the last 7 kept, for 30 days at most')
})
