import { Button, Flex, Text } from '@radix-ui/themes'
import { useEffect, useState, type SubmitEvent } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useEventTypes } from '../../api/events'
import { ChoiceField } from '../../ui/choice-field'
import { Field } from '../../ui/field'

export const FILTERS = ['type', 'userId', 'correlationId'] as const

type Filter = Record<string, string>

/** Which events are looked for. It is in the page's address, so that it can be sent to others. */
export function EventFilter({ filter }: { filter: Filter }) {
  const [, setSearch] = useSearchParams()
  const { data: types = [] } = useEventTypes()
  const [userId, setUserId] = useState('')
  // A link elsewhere on the page may have chosen another.
  useEffect(() => setUserId(filter.userId ?? ''), [filter.userId])
  const show = (change: Filter) =>
    setSearch(Object.entries({ ...filter, ...change }).filter(([, value]) => value !== ''))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    show({ userId: userId.trim() })
  }
  const isAny = Object.values(filter).every((value) => value === '')
  return (
    <form onSubmit={submit}>
      <Flex gap="3" align="end" wrap="wrap">
        <ChoiceField
          label="Type"
          choices={new Map([['', 'Every type'], ...types.map((type) => [type, type] as const)])}
          value={filter.type ?? ''}
          onChange={(type) => show({ type })}
        />
        <div className="id-field">
          <Field label="Id of a user" size="2" value={userId} onChange={setUserId} />
        </div>
        <Button variant="soft">Search</Button>
        {!isAny && (
          <Button asChild variant="ghost">
            <Link to="/admin/events">Show all</Link>
          </Button>
        )}
      </Flex>
      {filter.correlationId !== '' && (
        <Text as="p" size="2" color="gray" mt="3">
          What one event has led to
        </Text>
      )}
    </form>
  )
}
