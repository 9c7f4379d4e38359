/** The lab page, on the lab's own server. */
import { liveSource } from './live-source.ts'
import { showPage } from './show-page.tsx'

showPage(liveSource)
