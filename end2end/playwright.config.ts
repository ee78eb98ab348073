import { defineConfig } from '@playwright/test';

// Flags for a browser without display, GPU or outside world; `--no-sandbox` because CI runs as root.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'journeys',
  outputDir: 'test-results',
  // Every worker starts a server of its own, so that journeys never see each other's parcels.
  workers: process.env.CI ? 1 : 2,
  forbidOnly: Boolean(process.env.CI),
  // A test that passes at the second try hides a race: none is tried twice.
  retries: 0,
  // Far more than any needs: a busy machine is no failure, and whoever waits for ever is found out all the same.
  timeout: 150_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['./support/failures.ts']],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: flags,
    },
    viewport: { width: 390, height: 844 },
    // It notes each change of each page, which takes a third of the time.
    trace: process.env.CI ? 'off' : 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});
