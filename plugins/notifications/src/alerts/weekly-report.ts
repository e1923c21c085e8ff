import { weekBlocks, weeklyReport } from '../notices/weekly-report.js'
import { openProduct } from '../letter/open-product.js'
import { defineAlert } from '../notice.js'

/** What the week came to, for the team: once, however many of those who run the application are told too. */
export const weeklyReportAlert = defineAlert({
  name: 'alert-weekly-report',
  event: weeklyReport.event,
  businessKey: ({ weekStart }) => `alert-weekly-report:${weekStart}`,
  wanted: (week) => weeklyReport.wanted(week),
  letter: (week, { product }) => ({
    subject: `The week of ${product.productName}`,
    blocks: [...weekBlocks(week), ...openProduct(product)],
  }),
})
