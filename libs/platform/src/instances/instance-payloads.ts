import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { InstancePayload } from '#libs/contracts';

/** Everything that keeps something per instance: each provider that implements the port, found by its class. */
@Injectable()
export class InstancePayloads {
  constructor(private readonly discovery: DiscoveryService) {}

  all(): InstancePayload[] {
    return this.discovery
      .getProviders()
      .map(({ instance }) => instance as unknown)
      .filter((provider): provider is InstancePayload => provider instanceof InstancePayload);
  }
}
