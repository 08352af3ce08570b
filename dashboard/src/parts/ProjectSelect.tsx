import {Select} from '@mantine/core'
import {api} from '../api/client'

/** A project; null is the default one. */
export function ProjectSelect({value, onChange}: {value: string | null; onChange: (id: string | null) => void}) {
  const projects = api.useQuery('get', '/api/projects', {params: {query: {limit: 200}}})
  return (
    <Select
      label="Project"
      placeholder="the default project"
      clearable
      searchable
      data={projects.data?.items.map(project => ({value: project.id, label: project.name})) ?? []}
      value={value}
      onChange={onChange}
    />
  )
}
