import { parse, parseAllDocuments } from 'yaml';
import { podFaults } from './kubernetes-pods.mjs';
import { schemaFaults } from './kubernetes-schema.mjs';

/** The default of PostgreSQL's max_connections. */
const MAX_CONNECTIONS = 100;

/** The manifests of `{ name of the file: its text }`, each as `{ file, manifest }`. */
export function readManifests(files) {
  return Object.entries(files).flatMap(([file, text]) => parseAllDocuments(text).map((document) => ({ file, manifest: document.toJS() })));
}

/** What is wrong with the manifests: each by Kubernetes' schema, and then how they fit together. Empty when nothing is. */
export async function kubernetesFaults(files, facts) {
  const read = readManifests(files);
  const wrong = await Promise.all(read.map(({ manifest }) => schemaFaults(manifest)));
  const faults = wrong.flatMap((found, index) => found.map((fault) => about(read[index], fault)));
  // what is of the wrong shape cannot be looked at further
  if (faults.length > 0) return faults;
  const all = read.map(({ manifest }) => manifest);
  return [...read.flatMap((one) => [...podFaults(one.manifest, all, facts), ...targets(one.manifest, all)].map((fault) => about(one, fault))), ...settings(all, facts), ...connections(all)];
}

/** What is wrong with the kustomization, which has no schema of its own. */
export function kustomizationFaults(text, files, facts) {
  const { resources, images } = parse(text);
  const apart = Object.keys(files).filter((file) => !file.includes('.example.'));
  return [
    ...resources.filter((file) => !files[file]).map((file) => `${file} is not there`),
    ...apart.filter((file) => !resources.includes(file)).map((file) => `${file} is not among the resources`),
    ...images.map(({ name, newTag }) => `${name}:${newTag}`).filter((image) => image !== facts.image).map((image) => `${image} is not ${facts.image}`),
  ];
}

const about = ({ file, manifest: { kind, metadata } }, fault) => `${file}: ${kind} ${metadata?.name}: ${fault}`;

/** Selectors that select nothing are valid, and do nothing. */
function targets({ kind, spec }, all) {
  if (kind === 'Service') return selects(spec.selector, all);
  if (kind === 'PodDisruptionBudget') return selects(spec.selector.matchLabels, all);
  if (kind === 'NetworkPolicy') return selects(spec.podSelector.matchLabels, all);
  if (kind !== 'HorizontalPodAutoscaler') return [];
  const { kind: of, name } = spec.scaleTargetRef;
  const target = all.find((manifest) => manifest.kind === of && manifest.metadata.name === name);
  if (!target) return [`there is no ${of} ${name}`];
  return target.spec.replicas === undefined ? [] : [`${of} ${name} sets replicas, so that applying it undoes the autoscaler`];
}

function selects(labels, all) {
  const pods = all.map(({ spec }) => spec?.template?.metadata.labels).filter(Boolean);
  const found = pods.some((pod) => Object.entries(labels).every(([name, value]) => pod[name] === value));
  return found ? [] : [`no pod has the labels ${JSON.stringify(labels)}`];
}

function settings(all, { settings: known }) {
  const given = all.filter(({ kind }) => ['ConfigMap', 'Secret'].includes(kind)).flatMap(({ data, stringData }) => Object.keys({ ...data, ...stringData }));
  return given.filter((name) => !known.has(name)).map((name) => `${name} is no setting of .env.example`);
}

/** All pods at their most, one more of each during a rollout, and what each may open. */
function connections(all) {
  const each = Number(all.find(({ kind }) => kind === 'ConfigMap')?.data.TENURE_DATABASE_CONNECTIONS);
  const pods = all.filter(({ kind }) => kind === 'Deployment').map(({ metadata, spec }) => {
    const scaler = all.find((manifest) => manifest.kind === 'HorizontalPodAutoscaler' && manifest.spec.scaleTargetRef.name === metadata.name);
    return (scaler?.spec.maxReplicas ?? spec.replicas) + 1;
  });
  const total = pods.reduce((sum, count) => sum + count, 0) * each;
  return total <= MAX_CONNECTIONS ? [] : [`the pods open ${total} connections, and PostgreSQL takes ${MAX_CONNECTIONS} unless it is told otherwise`];
}
