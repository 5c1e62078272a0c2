namespace OrleansHybrid.Launcher;

/// <summary>
/// A cache of bounded size that evicts the least recently used entry. Not
/// thread-safe.
/// </summary>
internal sealed class LruCache<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : struct
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = [];

    /// <summary>How many are known.</summary>
    public int Count => _nodes.Count;

    /// <summary>The value of a key; to set it makes that key the most recent.</summary>
    public TValue this[TKey key]
    {
        get => _nodes.TryGetValue(key, out var place) ? place.Value.Value : default;
        set
        {
            if (_nodes.Remove(key, out var before))
            {
                _order.Remove(before);
            }
            else if (_nodes.Count == capacity)
            {
                _nodes.Remove(_order.First!.Value.Key);
                _order.RemoveFirst();
            }

            _nodes[key] = _order.AddLast((key, value));
        }
    }
}
