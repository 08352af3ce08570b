import {Code, Group, TextInput} from '@mantine/core'
import {useDebouncedValue} from '@mantine/hooks'
import {useState} from 'react'
import {api, pages} from '../api/client'
import {Listed} from '../parts/Listed'
import {Page} from '../parts/Page'
import {When} from '../parts/When'

/** Who did what. */
export function AuditPage() {
  const [wish, setWish] = useState({actor: '', action: '', subject: ''})
  const [filter] = useDebouncedValue(wish, 400)
  const query = Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ''))
  const rows = api.useInfiniteQuery('get', '/api/audit', {params: {query: {limit: 50, ...query}}}, pages)
  const field = (name: keyof typeof wish, label: string) => (
    <TextInput aria-label={label} placeholder={label} value={wish[name]} onChange={event => setWish({...wish, [name]: event.currentTarget.value})} />
  )
  return (
    <Page title="Audit" about="Who did what. Each row is chained to the one before.">
      <Group gap="xs">
        {field('actor', 'Who')}
        {field('action', 'What, such as backup.create')}
        {field('subject', 'Id of the thing')}
      </Group>
      <Listed
        query={{...rows, data: rows.data && {pages: rows.data.pages.map(page => ({items: page.items.map(row => ({...row, id: String(row.id)}))}))}}}
        label="Audit log"
        empty="Nothing like that was done."
        columns={[
          {label: 'What', cell: row => <Code>{row.action}</Code>},
          {label: 'Who', cell: row => row.actor},
          {label: 'Thing', cell: row => row.subject},
          {label: 'From', cell: row => row.address ?? '—'},
          {label: 'When', align: 'right', cell: row => <When at={row.at} />},
        ]}
      />
    </Page>
  )
}
