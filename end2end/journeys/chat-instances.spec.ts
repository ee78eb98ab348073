import type { BrowserContext } from '@playwright/test';
import { Parcel } from '../support/api';
import { bubbles, courierAt, CUSTOMER, openForCourier, openForCustomer, out, say } from '../support/chat';
import { Instances } from '../support/instances';
import { expect, open, reload, signIn, test } from '../support/test';

test('two who chat over two servers miss nothing, whatever happens to one of them', async ({ browser }) => {
  test.setTimeout(300_000);
  const instances = await Instances.start();
  const { one, other } = instances;
  const contexts: BrowserContext[] = [];
  try {
    const parcel = await out(other, 'A metronome');
    const { elsewhere, courier } = await courierAt(browser, other);
    contexts.push(elsewhere);
    await openForCourier(courier, parcel);
    const home = await browser.newContext({ baseURL: one.url });
    contexts.push(home);
    const page = await home.newPage();
    await signIn(page, CUSTOMER);
    await open(page, `/deliveries/${parcel.reference}`);
    let sent: (() => void) | undefined;
    const look = (payload: string | Buffer | null) => {
      if (String(payload).includes('"ask":"send"')) sent?.();
    };
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => look(payload)));
    // Until the socket is open again, messages go in requests.
    page.on('request', (request) => look(request.postData()));
    await openForCustomer(page, parcel);
    const said: string[] = [];
    const both = async () => {
      for (const at of [page, courier]) await expect(bubbles(at)).toHaveText(said, { timeout: 30_000 });
      await expect(page.locator('.bubble--pending')).toHaveCount(0);
    };
    await say(page, 'from one');
    said.push('from one');
    await both();
    await courier.getByRole('button', { name: 'OK, will do.' }).click();
    said.push('OK, will do.');
    await both();

    // The server dies between the message and its acknowledgement: before it took it, when it was on its way, and
    // when it had passed it on already.
    const deaths: Record<string, (words: string) => Promise<void>> = {
      frozen: async (words) => {
        one.freeze();
        await say(page, words);
      },
      sent: async (words) => {
        const underWay = new Promise<void>((resolve) => (sent = resolve));
        await say(page, words);
        await underWay;
      },
      'passed on': async (words) => {
        await say(page, words);
        await expect(bubbles(courier).last()).toHaveText(words);
      },
    };
    for (const [words, saidUntil] of Object.entries(deaths)) {
      await saidUntil(words);
      await one.kill();
      await say(page, `${words}, and more`);
      said.push(words, `${words}, and more`);
      await expect(page.locator('.bubble--pending').last()).toContainText('and more');
      await one.resume(instances.settings);
      await both();
    }

    // Nothing is lost or twice for who opens it anew either.
    await reload(page);
    await openForCustomer(page, parcel);
    await expect(bubbles(page)).toHaveText(said);
  } finally {
    for (const context of contexts) await context.close();
    await Parcel.emptyVans();
    await instances.stop();
  }
});
