import { defineConfig } from 'vitest/config'
import suite, { pageTests } from './vitest.config.ts'

export default defineConfig({ test: { ...suite.test, include: pageTests, exclude: [] } })
