import { Skeleton } from '@radix-ui/themes'
import { lazy, Suspense } from 'react'
import { useSwarm, useTraffic, type Traffic } from '../../api/swarm'
import { moment } from '../../format/time'
import { PanelList } from '../../panels/panel-list'
import { Loaded } from '../../ui/loaded'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'
import { AgentTable, FlowTable, PluginTable } from '../../swarm/swarm-tables'

// With the libraries that draw it, which no other page needs.
const Graph = lazy(() => import('../../swarm/graph').then(({ Graph }) => ({ default: Graph })))
const GRAPH_HEIGHT = '32rem'

export function PluginsPage() {
  const swarm = useSwarm()
  const traffic = useTraffic()
  return (
    <Page
      title="Plugins and agents"
      about="What this server is made of, and what goes on in it now."
    >
      <Section
        title="The swarm"
        about="Plugins that tell each other of events. A line shows how many went along it in the last minute, in all processes. Agents at work are those of one process. The tables below say the same."
      >
        <Problem error={traffic.error} />
        <Loaded query={swarm} height={GRAPH_HEIGHT}>
          {(swarm) => (
            <Suspense fallback={<Skeleton height={GRAPH_HEIGHT} aria-label="Loading" />}>
              <Graph swarm={swarm} traffic={traffic.data} />
            </Suspense>
          )}
        </Loaded>
      </Section>
      <Section title="Agents" about={whoCounts(traffic.data)}>
        <Loaded query={swarm}>
          {({ members }) => <AgentTable members={members} traffic={traffic.data} />}
        </Loaded>
      </Section>
      <Section
        title="Events and who hears them"
        about="Events are those of the last minute, in all processes."
      >
        <Loaded query={swarm}>
          {({ flows }) => <FlowTable flows={flows} traffic={traffic.data} />}
        </Loaded>
      </Section>
      <Section title="Plugins" about="In the order in which they start">
        <Loaded query={swarm}>{({ members }) => <PluginTable members={members} />}</Loaded>
      </Section>
      <PanelList page="plugins" />
    </Page>
  )
}

/** Whose calls are counted: several processes may serve the application, and each knows its own alone. */
function whoCounts(traffic: Traffic | undefined): string {
  const who = traffic
    ? `the process ${traffic.counter.process}, which answers this page, has made since it started on ${moment(traffic.counter.since)}`
    : 'the process that answers this page has made since it started'
  return `Calls are those that ${who}. What others do, such as workers, is not among them.`
}
