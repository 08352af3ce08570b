import {Anchor, Box, Group, Stack, Text, Title} from '@mantine/core'
import {useDocumentTitle} from '@mantine/hooks'
import type {ReactNode} from 'react'
import {Link} from 'react-router'

interface Props {
  title: string
  /** Where this page belongs. */
  under?: {to: string; label: string}
  badge?: ReactNode
  about?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** The head and body that every page has. */
export function Page({title, under, badge, about, actions, children}: Props) {
  useDocumentTitle(`${title} · Slipway`)
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end" gap="sm">
        <Box miw={0}>
          {under && (
            <Anchor component={Link} to={under.to} size="sm" c="dimmed">
              {under.label}
            </Anchor>
          )}
          <Group gap="sm">
            <Title order={1} fz={{base: 'h3', sm: 'h2'}} style={{overflowWrap: 'anywhere'}}>
              {title}
            </Title>
            {badge}
          </Group>
          {about !== undefined && (
            <Text c="dimmed" size="sm" component="div" mt={4}>
              {about}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  )
}
