import { DataList } from '@radix-ui/themes'
import type { ReactNode } from 'react'

/** Names and values; those without a value are left out. */
export const Facts = ({ facts }: { facts: Record<string, ReactNode> }) => (
  <DataList.Root size="2" orientation={{ initial: 'vertical', sm: 'horizontal' }}>
    {Object.entries(facts).map(
      ([name, value]) =>
        value !== null && (
          <DataList.Item key={name}>
            <DataList.Label>{name}</DataList.Label>
            <DataList.Value className="break">{value}</DataList.Value>
          </DataList.Item>
        ),
    )}
  </DataList.Root>
)
