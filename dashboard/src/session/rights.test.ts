import {expect, test} from 'vitest'
import {may, type Who} from './rights'

function withRoles(...memberships: {projectId: string | null; role: 'viewer' | 'developer' | 'admin' | 'owner'}[]): Who {
  return {
    name: 'ada@example.org',
    sessionId: 'ses_1',
    scopes: ['read'],
    user: {
      id: 'usr_1',
      name: 'Ada',
      email: 'ada@example.org',
      secondFactor: false,
      createdAt: '2026-11-22T10:00:00Z',
      memberships: memberships.map(each => ({organizationId: 'org_1', ...each})),
    },
  }
}

test('a viewer looks and changes nothing', () => {
  const viewer = withRoles({projectId: null, role: 'viewer'})
  expect(may(viewer, 'write')).toBe(false)
  expect(may(viewer, 'deploy', 'prj_1')).toBe(false)
})

test('a role in one project is none in another, and none in the organization', () => {
  const developer = withRoles({projectId: null, role: 'viewer'}, {projectId: 'prj_1', role: 'developer'})
  expect(may(developer, 'write', 'prj_1')).toBe(true)
  expect(may(developer, 'write')).toBe(true)
  expect(may(developer, 'write', 'prj_2')).toBe(false)
  expect(may(developer, 'write', null)).toBe(false)
})

test('an admin does all but people', () => {
  const admin = withRoles({projectId: null, role: 'admin'})
  expect(may(admin, 'admin', null)).toBe(true)
  expect(may(admin, 'people', null)).toBe(false)
  expect(may(withRoles({projectId: null, role: 'owner'}), 'people', null)).toBe(true)
})

test('who has a key of the installation and no user is shown nothing to press', () => {
  expect(may({...withRoles(), user: null}, 'deploy')).toBe(false)
})
