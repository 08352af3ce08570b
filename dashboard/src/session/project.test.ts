import {expect, test} from 'vitest'
import {projectOf} from './project'

const found = {data: {projectId: 'prj_1'}, isPending: false}

test('a thing is of the project of its database or application', () => {
  expect(projectOf({databaseId: 'db_1'}, found)).toBe('prj_1')
  expect(projectOf({applicationId: 'app_1'}, found)).toBe('prj_1')
})

test('nothing is shown to press before one knows, nor of the platform’s to people of one project', () => {
  expect(projectOf(undefined, null)).toBeNull()
  expect(projectOf({databaseId: 'db_1'}, {data: undefined, isPending: true})).toBeNull()
  expect(projectOf({platform: true}, null)).toBeNull()
})

test('of what belongs to nothing that is there the server decides', () => {
  expect(projectOf({databaseId: null, platform: false}, null)).toBeUndefined()
  expect(projectOf({databaseId: 'db_gone'}, {data: undefined, isPending: false})).toBeUndefined()
})
