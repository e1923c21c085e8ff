import { Button, Callout, Code } from '@radix-ui/themes'
import { useApiKeys, useMakeKey, useRevokeKey, type ApiKey } from '../../api/account'
import { day } from '../../format/time'
import { Confirm } from '../../ui/confirm'
import { Loaded } from '../../ui/loaded'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'
import { Table, type Column } from '../../ui/table'
import { NewKey } from './new-key'

export function ApiKeys() {
  const keys = useApiKeys()
  const make = useMakeKey()
  const revoke = useRevokeKey()
  const columns: Column<ApiKey>[] = [
    { title: 'Name', cell: ({ name }) => name },
    { title: 'Key', cell: ({ prefix }) => <Code variant="ghost">{prefix}…</Code> },
    { title: 'May', cell: ({ scopes }) => scopes.join(', ') },
    { title: 'Made', cell: ({ createdAt }) => day(createdAt) },
    { title: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt ? day(lastUsedAt) : 'Never') },
    {
      title: 'End',
      cell: ({ id, name }) => (
        <Confirm
          title={`Revoke "${name}"?`}
          text="Programs that use it are refused from now on."
          action="Revoke the key"
          onConfirm={() => revoke.mutate(id)}
        >
          <Button size="1" variant="soft" color="red" aria-label={`Revoke ${name}`}>
            Revoke
          </Button>
        </Confirm>
      ),
    },
  ]
  return (
    <Section title="API keys" about="For your programs: they call the API as you.">
      {make.data && (
        <Callout.Root color="green" highContrast role="status">
          <Callout.Text className="break">
            Copy the key now, it is not shown again: <Code highContrast>{make.data.key}</Code>
          </Callout.Text>
        </Callout.Root>
      )}
      <NewKey
        isPending={make.isPending}
        onMake={(key, done) => make.mutate(key, { onSuccess: done })}
      />
      <Problem error={make.error ?? revoke.error} />
      <Loaded query={keys}>
        {(rows) => (
          <Table
            label="API keys"
            rows={rows}
            columns={columns}
            keyOf={({ id }) => id}
            empty="You have no key yet."
          />
        )}
      </Loaded>
    </Section>
  )
}
