import {expect, test} from 'vitest'
import type {Backup} from '../backups/status'
import {toRestore} from './wish'

const OF_DATABASE = {id: 'bak_1', databaseId: 'db_1', applicationId: null, volume: null} as Backup
const OF_VOLUME = {id: 'bak_2', databaseId: null, applicationId: 'app_1', volume: 'data'} as Backup

test('a copy names the new database and its project, if any', () => {
  expect(toRestore(OF_DATABASE, {name: 'copy', projectId: null}, [])).toEqual({backupId: 'bak_1', into: {name: 'copy'}})
  expect(toRestore(OF_DATABASE, {name: 'copy', projectId: 'prj_1'}, ['public.t'])).toEqual({backupId: 'bak_1', into: {name: 'copy', projectId: 'prj_1'}, only: ['public.t']})
})

test('in place names the database and nothing else', () => {
  expect(toRestore(OF_DATABASE, {databaseId: 'db_2'}, [])).toEqual({backupId: 'bak_1', databaseId: 'db_2'})
})

test('a volume is restored as a whole, where it was', () => {
  expect(toRestore(OF_VOLUME, {databaseId: null}, ['public.t'])).toEqual({backupId: 'bak_2', applicationId: 'app_1', volume: 'data'})
})
