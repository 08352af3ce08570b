import {Box, Card, Group, ScrollArea, Stack, Table, Text} from '@mantine/core'
import {useMediaQuery} from '@mantine/hooks'
import type {ReactNode} from 'react'

export interface Column<T> {
  label: string
  cell: (item: T) => ReactNode
  align?: 'right'
}

/** Things in a table; on a narrow screen each in a card whose title is the first column. */
export function Rows<T>({items, columns, keyOf, label}: {items: T[]; columns: Column<T>[]; keyOf: (item: T) => string; label: string}) {
  const narrow = useMediaQuery('(max-width: 48em)', false, {getInitialValueInEffect: false})
  return narrow ? <Cards items={items} columns={columns} keyOf={keyOf} label={label} /> : <Wide items={items} columns={columns} keyOf={keyOf} label={label} />
}

type Props<T> = Parameters<typeof Rows<T>>[0]

function Wide<T>({items, columns, keyOf, label}: Props<T>) {
  return (
    <Card padding={0}>
      <ScrollArea>
        <Table aria-label={label} highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {columns.map(column => (
                <Table.Th key={column.label} ta={column.align} fz="xs" c="dimmed">
                  {column.label}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(item => (
              <Table.Tr key={keyOf(item)}>
                {columns.map(column => (
                  <Table.Td key={column.label} ta={column.align}>
                    {column.cell(item)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Card>
  )
}

function Cards<T>({items, columns, keyOf, label}: Props<T>) {
  const [title, ...others] = columns
  return (
    <Stack gap="sm" role="list" aria-label={label}>
      {items.map(item => (
        <Card key={keyOf(item)} padding="md" role="listitem">
          <Box mb={6}>{title?.cell(item)}</Box>
          <Stack gap={4}>
            {others.map(column => (
              <Group key={column.label} justify="space-between" wrap="nowrap" gap="md">
                <Text size="sm" c="dimmed">
                  {column.label}
                </Text>
                <Box fz="sm" ta="right" miw={0} style={{overflowWrap: 'anywhere'}}>
                  {column.cell(item)}
                </Box>
              </Group>
            ))}
          </Stack>
        </Card>
      ))}
    </Stack>
  )
}
