import { Button, Callout } from '@radix-ui/themes'
import { Component, type ReactNode } from 'react'

/**
 * What stands in the place of children that could not be shown, so that the rest of the page stays: a file
 * of the application that is not there any more after an update, or a panel with values that are none.
 */
export class Boundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children
    return (
      <Callout.Root color="red" highContrast role="alert">
        <Callout.Text>
          This could not be shown. The application may have been updated: load the page again.
        </Callout.Text>
        <div>
          <Button size="1" variant="outline" highContrast onClick={() => location.reload()}>
            Load it again
          </Button>
        </div>
      </Callout.Root>
    )
  }
}
