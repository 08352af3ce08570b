import {ActionIcon, AppShell, Burger, Group, Menu, NavLink, ScrollArea, Text, Tooltip, UnstyledButton, useComputedColorScheme, useMantineColorScheme} from '@mantine/core'
import {useDisclosure} from '@mantine/hooks'
import {IconArrowBackUp, IconCalendarRepeat, IconClipboardList, IconDatabase, IconDatabaseExport, IconHome, IconLogout, IconMoon, IconRocket, IconServer2, IconSun, IconUserCircle} from '@tabler/icons-react'
import {Link, NavLink as RouterLink, Outlet, useLocation} from 'react-router'
import {api} from '../api/client'
import {useLiveEvents} from '../api/events'
import {forgetAll} from '../api/queries'
import {useMay, useWho} from '../session/rights'
import {HealthBadge} from './HealthBadge'
import {Logo} from './Logo'

const PLACES = [
  {to: '/', label: 'Overview', icon: IconHome},
  {to: '/applications', label: 'Applications', icon: IconRocket},
  {to: '/databases', label: 'Databases', icon: IconDatabase},
  {to: '/backups', label: 'Backups', icon: IconDatabaseExport},
  {to: '/restores', label: 'Restores', icon: IconArrowBackUp},
  {to: '/schedules', label: 'Schedules', icon: IconCalendarRepeat},
  {to: '/destinations', label: 'Destinations', icon: IconServer2},
]

/** What is around every page: where one may go, how the platform is, who one is. */
export function Shell() {
  const [opened, {toggle, close}] = useDisclosure()
  const {pathname} = useLocation()
  const sees = useMay('admin', null)
  useLiveEvents()
  const places = sees ? [...PLACES, {to: '/audit', label: 'Audit', icon: IconClipboardList}] : PLACES
  return (
    <AppShell header={{height: 56}} navbar={{width: 228, breakpoint: 'sm', collapsed: {mobile: !opened}}} padding={{base: 'md', sm: 'xl'}}>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <UnstyledButton component={Link} to="/" aria-label="Slipway, overview">
              <Group gap={8} wrap="nowrap">
                <Logo size={28} />
                <Text fw={700} fz="lg" visibleFrom="xs">
                  Slipway
                </Text>
              </Group>
            </UnstyledButton>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <HealthBadge />
            <ColourScheme />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm">
        <AppShell.Section grow component={ScrollArea}>
          {places.map(({to, label, icon: Icon}) => (
            <NavLink
              key={to}
              component={RouterLink}
              to={to}
              end={to === '/'}
              label={label}
              leftSection={<Icon size={18} stroke={1.6} />}
              active={to === '/' ? pathname === '/' : pathname.startsWith(to)}
              onClick={close}
              style={{borderRadius: 'var(--mantine-radius-md)'}}
            />
          ))}
        </AppShell.Section>
        <AppShell.Section>
          <Text size="xs" c="dimmed" px="sm">
            <a href="/api/docs" style={{color: 'inherit'}}>
              The API
            </a>{' '}
            and <code>./slipway</code> do all of this, too.
          </Text>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main>
        <div style={{maxWidth: 1160, margin: '0 auto'}}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  )
}

function ColourScheme() {
  const {setColorScheme} = useMantineColorScheme()
  const dark = useComputedColorScheme('light') === 'dark'
  const label = dark ? 'Light colours' : 'Dark colours'
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
        {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
    </Tooltip>
  )
}

function Account() {
  const who = useWho()
  const signOut = api.useMutation('delete', '/api/session', {
    onSuccess: () => void forgetAll(),
  })
  const role = who.user?.memberships.find(membership => membership.projectId === null)?.role
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Account">
          <IconUserCircle size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {who.user?.name ?? who.name}
          {role !== undefined && `, ${role}`}
        </Menu.Label>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate({})}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
