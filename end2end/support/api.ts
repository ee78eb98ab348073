import { expect } from '@playwright/test';

/** The password of every demo account. */
export const PASSWORD = 'porchlight-demo';

/** A delivery in the corner of the demo city where the journeys take place. */
export const DOOR = { text: 'Fabianinkatu 37, Helsinki', lat: 60.1714549, lon: 24.9498749 };
const DEPOT = { text: 'Elielinaukio 2, Helsinki', lat: 60.1716, lon: 24.9373 };

/** A person who uses the public API, as a courier's phone does. */
export class Api {
  private constructor(
    private readonly url: string,
    readonly token: string,
  ) {}

  static async signIn(url: string, email: string, password = PASSWORD): Promise<Api> {
    const answer = await fetch(`${url}/api/v1/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    expect(answer.status, 'signing in to the API').toBe(200);
    return new Api(url, (await answer.json()).token);
  }

  async call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** Calls and expects success. */
  async done<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call(method, path, body);
    const text = await answer.text();
    expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

type Place = { text: string; lat: number; lon: number };
const address = ({ text, lat, lon }: Place) => ({ text, position: { lat, lon } });

/** One parcel and everyone who has to do with it. */
export class Parcel {
  private static readonly loadedHere: Parcel[] = [];

  private constructor(
    readonly reference: string,
    private readonly customer: Api,
    private courier: Api,
  ) {}

  /**
   * Delivers whatever is still on a van. Journeys of one worker share its couriers, and a parcel that
   * stays is a stop before everyone else's: the next customer would no longer see the van.
   */
  static async emptyVans(): Promise<void> {
    for (const parcel of Parcel.loadedHere.splice(0)) {
      // Couriers' pages deliver too.
      const seen = await parcel.courier.call('GET', `/deliveries/${parcel.reference}`);
      // Its recipient moved it to another day: it is on no van.
      if (seen.status === 404) continue;
      const { status } = (await seen.json()) as { status: string };
      if (['delivered', 'held', 'picked_up', 'returned'].includes(status)) continue;
      await parcel.customer.done('DELETE', `/deliveries/${parcel.reference}/handover`);
      // Refused where it goes to the door anyway.
      await parcel.customer.call('DELETE', `/deliveries/${parcel.reference}/hold`);
      if (status === 'booked') await parcel.step('collected');
      if (status !== 'out_for_delivery') await parcel.step('out_for_delivery');
      await parcel.deliver();
    }
  }

  /** Books a parcel for a customer and puts it on a courier's van. */
  static async loaded(
    url: string,
    customerEmail = 'customer@demo.test',
    courierEmail = 'courier@demo.test',
    description = 'A desk lamp',
    door: Place = DOOR,
    booking: Record<string, unknown> = {},
  ): Promise<Parcel> {
    const parcel = await Parcel.booked(url, customerEmail, courierEmail, description, door, booking);
    await parcel.step('collected');
    return parcel;
  }

  /** Books a parcel for a customer and puts it on a courier's run. */
  static async booked(
    url: string,
    customerEmail: string,
    courierEmail: string,
    description: string,
    door: Place = DOOR,
    booking: Record<string, unknown> = {},
  ): Promise<Parcel> {
    const customer = await Api.signIn(url, customerEmail);
    const admin = await Api.signIn(url, 'admin@demo.test');
    const courier = await Api.signIn(url, courierEmail);
    const now = Date.now();
    const booked = await customer.done<{ reference: string }>('POST', '/deliveries', {
      pickup: address(DEPOT),
      address: address(door),
      description,
      window: { from: new Date(now).toISOString(), to: new Date(now + 3 * 3600_000).toISOString() },
      ...booking,
    });
    const parcel = new Parcel(booked.reference, customer, courier);
    await admin.done('POST', `/deliveries/${booked.reference}/assignment`, { courier_email: courierEmail });
    Parcel.loadedHere.push(parcel);
    return parcel;
  }

  /** Dispatch gives it to another courier. */
  async reassign(url: string, courierEmail: string): Promise<void> {
    const admin = await Api.signIn(url, 'admin@demo.test');
    await admin.done('POST', `/deliveries/${this.reference}/assignment`, { courier_email: courierEmail });
    this.courier = await Api.signIn(url, courierEmail);
  }

  /** The references of the stops that the courier has still to make, in driving order. */
  async order(): Promise<string[]> {
    type Stop = { reference: string; status: string };
    const run = await this.courier.done<{ stops: Stop[] }>('GET', '/courier/run');
    const open = run.stops.filter((stop) => ['collected', 'out_for_delivery'].includes(stop.status));
    return open.map((stop) => stop.reference);
  }

  /** The courier drives the stops in this order. */
  async reorder(order: string[]): Promise<void> {
    await this.courier.done('PUT', '/courier/run/order', { order });
  }

  /** The courier sets a status. */
  async step(status: string, more: Record<string, unknown> = {}): Promise<void> {
    await this.courier.done('POST', `/deliveries/${this.reference}/status`, {
      status,
      no_fix_reason: 'indoors',
      ...more,
    });
  }

  /**
   * The courier's phone, whose clock may be some seconds ahead, reports a position. Where it was far away a moment ago, in
   * another journey, it is believed when it has said so a few times.
   */
  async report(lat: number, lon: number, secondsAhead = 0): Promise<void> {
    const refused = async () => {
      const time = new Date(Date.now() + secondsAhead * 1000).toISOString();
      const answer = await this.courier.done<{ refused: unknown[] }>('POST', '/courier/fixes', {
        fixes: [{ lat, lon, accuracy_m: 20, speed_mps: 8, heading_deg: 90, time }],
      });
      return answer.refused;
    };
    await expect.poll(refused).toEqual([]);
  }

  async deliver(): Promise<void> {
    await this.step('delivered', { proof: { recipient_name: 'Aino' } });
  }
}
