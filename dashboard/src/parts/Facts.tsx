import {Box, SimpleGrid, Text} from '@mantine/core'
import type {ReactNode} from 'react'

/** Names and values side by side; what is undefined is left out. */
export function Facts({of, columns = 3}: {of: Record<string, ReactNode | undefined>; columns?: number}) {
  return (
    <SimpleGrid component="dl" cols={{base: 2, md: columns}} spacing="lg" verticalSpacing="md" m={0}>
      {Object.entries(of)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <Box key={name} miw={0}>
            <Text component="dt" size="xs" c="dimmed" fw={600}>
              {name}
            </Text>
            <Text component="dd" m={0} size="sm" style={{overflowWrap: 'anywhere'}}>
              {value ?? '—'}
            </Text>
          </Box>
        ))}
    </SimpleGrid>
  )
}
