import {Select} from '@mantine/core'
import {api} from '../api/client'

/** Where backups shall lie; null is the platform's own folder. Who may not see destinations gets that. */
export function DestinationSelect({value, onChange}: {value: string | null; onChange: (id: string | null) => void}) {
  const destinations = api.useQuery('get', '/api/destinations')
  return (
    <Select
      label="Destination"
      placeholder="local"
      clearable
      disabled={destinations.data === undefined}
      data={destinations.data?.items.map(destination => ({value: destination.id, label: `${destination.name} (${destination.type})`})) ?? []}
      value={value}
      onChange={onChange}
    />
  )
}
