import {Select} from '@mantine/core'
import {api} from '../api/client'
import {useMay} from '../session/rights'
import type {Subject} from './status'

const MOST = {params: {query: {limit: 200}}} as const

interface Props {
  value: Subject | null
  onChange: (subject: Subject | null) => void
}

/** What can be backed up: databases, volumes of applications, and the platform itself for its administrators. */
export function SubjectSelect({value, onChange}: Props) {
  const databases = api.useQuery('get', '/api/databases', MOST)
  const applications = api.useQuery('get', '/api/applications', MOST)
  const administers = useMay('admin', null)
  const known = new Map<string, {label: string; group: string; subject: Subject}>()
  for (const database of databases.data?.items ?? []) {
    known.set(`database:${database.id}`, {label: database.name, group: 'Databases', subject: {databaseId: database.id}})
  }
  for (const application of applications.data?.items ?? []) {
    for (const volume of application.volumes) {
      known.set(`volume:${application.id}/${volume.name}`, {label: `${application.name} / ${volume.name}`, group: 'Volumes', subject: {applicationId: application.id, volume: volume.name}})
    }
  }
  if (administers) known.set('platform', {label: 'The platform itself', group: 'Slipway', subject: {platform: true}})
  const groups = [...new Set([...known.values()].map(each => each.group))]
  return (
    <Select
      label="What"
      required
      searchable
      data-autofocus
      nothingFoundMessage="There is none of that name"
      data={groups.map(group => ({group, items: [...known].filter(([, each]) => each.group === group).map(([key, each]) => ({value: key, label: each.label}))}))}
      value={value === null ? null : keyOf(value)}
      onChange={key => onChange(key === null ? null : (known.get(key)?.subject ?? null))}
    />
  )
}

function keyOf(subject: Subject): string {
  if ('databaseId' in subject) return `database:${subject.databaseId}`
  if ('applicationId' in subject) return `volume:${subject.applicationId}/${subject.volume}`
  return 'platform'
}
