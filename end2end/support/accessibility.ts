import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Expects that axe finds nothing on the page as it stands, neither in the light nor in the dark scheme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Evaluated and not added as a script, which the content security policy would refuse.
    await page.evaluate(axe);
    const results: AxeResults = await page.evaluate('axe.run()');
    const findings = results.violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`,
    );
    expect(findings, `accessibility in the ${colorScheme} scheme`).toEqual([]);
  }
}
