import {expect, test} from 'vitest'
import {EMPTY, toDestination} from './wish'

test('only the settings of the chosen kind are sent, and nothing that is empty', () => {
  const fields = {...EMPTY, name: 'offsite', path: 'left over', host: 'backup.example.org', user: 'slipway', directory: '/srv', password: 'secret'}
  expect(toDestination('sftp', fields)).toEqual({name: 'offsite', sftp: {host: 'backup.example.org', user: 'slipway', directory: '/srv', password: 'secret'}})
  expect(toDestination('sftp', {...fields, port: 2222})).toMatchObject({sftp: {port: 2222}})
  expect(toDestination('local', fields)).toEqual({name: 'offsite', local: {path: 'left over'}})
  expect(toDestination('s3', {...fields, endpoint: 'https://s3.example.org', bucket: 'b', accessKey: 'a', secretKey: 's'})).toEqual({
    name: 'offsite',
    s3: {endpoint: 'https://s3.example.org', bucket: 'b', accessKey: 'a', secretKey: 's', pathStyle: false},
  })
})
