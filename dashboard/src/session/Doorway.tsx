import {Box, Card, Center, Group, Stack, Text, Title} from '@mantine/core'
import {useDocumentTitle} from '@mantine/hooks'
import type {ReactNode} from 'react'
import {Logo} from '../shell/Logo'

/** The one card that somebody sees who is not in yet. */
export function Doorway({title, about, children}: {title: string; about?: ReactNode; children: ReactNode}) {
  useDocumentTitle(`${title} · Slipway`)
  return (
    <Center mih="100vh" p="md">
      <Box w="100%" maw={420}>
        <Group justify="center" mb="xl" gap="sm">
          <Logo size={40} />
          <Text fz={28} fw={700}>
            Slipway
          </Text>
        </Group>
        <Card padding="xl" radius="lg" shadow="sm" component="main">
          <Stack>
            <div>
              <Title order={1} size="h3">
                {title}
              </Title>
              {about !== undefined && (
                <Text c="dimmed" size="sm" mt={4} component="div">
                  {about}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Card>
      </Box>
    </Center>
  )
}
