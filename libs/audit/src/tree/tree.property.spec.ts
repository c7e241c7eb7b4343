import fc from 'fast-check';
import { GrownTree } from '../../test/grown-tree.js';
import { pathOf, proofOf, rootOf } from '../../test/rfc6962.js';
import { CompactRange } from './compact-range.js';
import { consistencyNodes, consistencyProof, inclusionNodes, inclusionProof } from './proofs.js';
import { subtreesOf } from './ranges.js';
import { verifyConsistency, verifyInclusion } from './verify-proofs.js';

const MOST = 300;
const trees = Array.from({ length: MOST + 1 }, (_, size) => new GrownTree(size));
const tree = (size: number): GrownTree => trees[size]!;

const sizes = fc.integer({ min: 1, max: MOST });
const places = sizes.chain((size) => fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }));
const pairs = sizes.chain((size) => fc.record({ size: fc.constant(size), from: fc.integer({ min: 0, max: size }) }));
const bits = fc.integer({ min: 0, max: 1e6 });

function flipped(hashes: readonly Buffer[], bit: number): Buffer[] {
  const copies = hashes.map((hash) => Buffer.from(hash));
  const all = copies.length * 256;
  const [byte, mask] = [Math.floor((bit % all) / 8), 1 << (bit % 8)];
  copies[Math.floor(byte / 32)]![byte % 32]! ^= mask;
  return copies;
}

describe('a tree', () => {
  it('has the root of RFC 6962 at every size', () => {
    for (const grown of trees) expect(grown.root).toEqual(rootOf(grown.leaves));
  });

  it('proves every leaf of a size, and every former size', () => {
    for (const size of [...Array.from({ length: 70 }, (_, n) => n + 1), 127, 128, 129, 200, 255, 256, 257, 299, MOST]) {
      const { leaves, root, hashOf } = tree(size);
      const wrong = leaves.filter((leaf, index) => !verifyInclusion({ leaf, index, size, root, proof: inclusionProof(index, size, hashOf) }));
      const broken = trees.slice(0, size + 1).filter((former, from) => !verifyConsistency({ from, fromRoot: former.root, size, root, proof: consistencyProof(from, size, hashOf) }));
      expect([wrong, broken]).toEqual([[], []]);
    }
  });

  it('proves as the second implementation does', () => {
    fc.assert(fc.property(places, ({ size, index }) => expect(inclusionProof(index, size, tree(size).hashOf)).toEqual(pathOf(index, tree(size).leaves))));
    const former = pairs.filter(({ from }) => from > 0);
    fc.assert(fc.property(former, ({ size, from }) => expect(consistencyProof(from, size, tree(size).hashOf)).toEqual(proofOf(from, tree(size).leaves))));
  });

  it('says beforehand which subtrees a proof is made of', () => {
    const asked = (run: (ask: (id: { level: number; index: number }) => Buffer) => void): unknown[] => {
      const ids: unknown[] = [];
      run((id) => (ids.push(id), Buffer.alloc(32)));
      return ids;
    };
    fc.assert(fc.property(places, ({ size, index }) => expect(asked((ask) => inclusionProof(index, size, ask))).toEqual(inclusionNodes(index, size))));
    fc.assert(fc.property(pairs, ({ size, from }) => expect(asked((ask) => consistencyProof(from, size, ask))).toEqual(consistencyNodes(from, size))));
  });

  it('grows by whole subtrees to the same root', () => {
    const property = fc.property(pairs, ({ size, from }) => {
      const { root, hashOf } = tree(size);
      const range = CompactRange.of(from, subtreesOf({ from: 0, to: from }).map(hashOf));
      while (range.size < size) {
        const fits = Array.from({ length: 9 }, (_, level) => level).filter((level) => range.size % 2 ** level === 0 && range.size + 2 ** level <= size);
        const level = fits.at(-1)!;
        range.appendSubtree(level, hashOf({ level, index: range.size / 2 ** level }));
      }
      expect(range.root()).toEqual(root);
    });
    fc.assert(property);
  });
});

describe('of a proof of inclusion', () => {
  const claims = places.map(({ size, index }) => ({ leaf: tree(size).leaves[index]!, index, size, root: tree(size).root, proof: inclusionProof(index, size, tree(size).hashOf) }));

  it('one flipped bit is found, wherever it is', () => {
    const property = fc.property(claims, bits, (claim, bit) => {
      const [leaf, root, ...proof] = flipped([claim.leaf, claim.root, ...claim.proof], bit);
      expect(verifyInclusion({ ...claim, leaf: leaf!, root: root!, proof })).toBe(false);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('it holds for no other place', () => {
    const property = fc.property(claims, fc.integer({ min: 0, max: MOST }), (claim, index) => {
      fc.pre(index !== claim.index);
      expect(verifyInclusion({ ...claim, index })).toBe(false);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('no hash may be missing, be too many or be cut', () => {
    const property = fc.property(claims.filter(({ proof }) => proof.length > 0), bits, (claim, at) => {
      const without = claim.proof.filter((_, i) => i !== at % claim.proof.length);
      const [first, ...rest] = claim.proof;
      expect([without, [...claim.proof, first!], [first!.subarray(1), ...rest]].map((proof) => verifyInclusion({ ...claim, proof }))).toEqual([false, false, false]);
    });
    fc.assert(property);
  });
});

describe('of a proof of consistency', () => {
  const claims = pairs.filter(({ size, from }) => from > 0 && from < size).map(({ size, from }) => ({ from, fromRoot: tree(from).root, size, root: tree(size).root, proof: consistencyProof(from, size, tree(size).hashOf) }));

  it('one flipped bit is found, wherever it is', () => {
    const property = fc.property(claims, bits, (claim, bit) => {
      const [fromRoot, root, ...proof] = flipped([claim.fromRoot, claim.root, ...claim.proof], bit);
      expect(verifyConsistency({ ...claim, fromRoot: fromRoot!, root: root!, proof })).toBe(false);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('it holds for no other former size', () => {
    const property = fc.property(claims, sizes, (claim, from) => {
      fc.pre(from !== claim.from);
      expect(verifyConsistency({ ...claim, from })).toBe(false);
    });
    fc.assert(property, { numRuns: 2_000 });
  });
});

describe('a tree of impossible size', () => {
  it.each([-1, 0.5, Number.NaN, 2 ** 60])('%p is refused, not computed', (size) => {
    expect(() => inclusionNodes(0, size)).toThrow(RangeError);
    expect(() => consistencyNodes(1, size)).toThrow(RangeError);
    expect(verifyInclusion({ leaf: Buffer.alloc(32), index: 0, size, proof: [], root: Buffer.alloc(32) })).toBe(false);
    expect(verifyConsistency({ from: 1, fromRoot: Buffer.alloc(32), size, proof: [], root: Buffer.alloc(32) })).toBe(false);
  });

  it('the largest possible one is no different from the others', () => {
    const size = Number.MAX_SAFE_INTEGER;
    expect(inclusionNodes(size - 1, size)).toHaveLength(52);
    expect(subtreesOf({ from: 0, to: size }).map(({ level }) => level)).toEqual(Array.from({ length: 53 }, (_, i) => 52 - i));
  });
});

describe('a compact range', () => {
  it('is of the size that its subtrees say', () => {
    expect(() => CompactRange.of(3, [Buffer.alloc(32)])).toThrow('A tree of 3 leaves consists of 2 subtrees, not of 1');
  });

  it('takes a subtree only where one begins', () => {
    const range = CompactRange.of(3, [Buffer.alloc(32), Buffer.alloc(32)]);
    expect(() => range.appendSubtree(1, Buffer.alloc(32))).toThrow('No subtree of 2 leaves begins at leaf 3');
  });
});
