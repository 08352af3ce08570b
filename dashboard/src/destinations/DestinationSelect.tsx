import {Select} from '@mantine/core'
import {api} from '../api/client'

interface Props {
  value: string | null
  onChange: (id: string | null) => void
  /** It has one already: another can be chosen, but not none. */
  kept?: boolean
}

/** Where backups shall lie; null is the platform's own folder. Who may not see destinations gets that. */
export function DestinationSelect({value, onChange, kept = false}: Props) {
  const destinations = api.useQuery('get', '/api/destinations')
  return (
    <Select
      label="Destination"
      placeholder="local"
      clearable={!kept}
      allowDeselect={!kept}
      disabled={destinations.data === undefined}
      data={destinations.data?.items.map(destination => ({value: destination.id, label: `${destination.name} (${destination.type})`})) ?? []}
      value={value}
      onChange={onChange}
    />
  )
}
