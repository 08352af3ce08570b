import type {Schemas} from '../api/client'
import {count} from '../parts/format'

type Schedule = Schemas['BackupSchedule']

/** What people choose from; anything else is written as cron. */
export const OFTEN = [
  {value: '0 * * * *', label: 'Every hour'},
  {value: '0 2 * * *', label: 'Every night at 2'},
  {value: '0 2 * * 1-5', label: 'On working days at 2'},
  {value: '0 3 * * 0', label: 'Every Sunday at 3'},
  {value: '0 4 1 * *', label: 'On the first of the month at 4'},
]

/** When it takes a backup. */
export function occasionOf(schedule: Pick<Schedule, 'cron' | 'timeZone' | 'beforeDeploymentsOf'>): string {
  if (schedule.cron === null) return 'Before each deployment'
  const known = OFTEN.find(each => each.value === schedule.cron)
  return `${known?.label ?? `At ${schedule.cron}`} (${schedule.timeZone})`
}

/** How long what it took is kept. */
export function keepsFor({keepDays, keepCount}: Pick<Schedule, 'keepDays' | 'keepCount'>): string {
  if (keepDays === null && keepCount === null) return 'kept for ever'
  if (keepCount === null) return `kept for ${count(keepDays ?? 0, 'day')}`
  if (keepDays === null) return `the last ${keepCount.toLocaleString('en')} kept`
  return `the last ${keepCount.toLocaleString('en')} kept, for ${count(keepDays, 'day')} at most`
}
