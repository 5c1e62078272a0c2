namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>
/// What is known of those that came last: when it is full, who was away longest is forgotten. Not for use by several at
/// the same time.
/// </summary>
internal sealed class Recent<TKey, TValue>(int most)
    where TKey : notnull
    where TValue : struct
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _places = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = [];

    /// <summary>How many are known.</summary>
    public int Count => _places.Count;

    /// <summary>What is known of one; to set it makes that one the last that came.</summary>
    public TValue this[TKey key]
    {
        get => _places.TryGetValue(key, out var place) ? place.Value.Value : default;
        set
        {
            if (_places.Remove(key, out var before))
            {
                _order.Remove(before);
            }
            else if (_places.Count == most)
            {
                _places.Remove(_order.First!.Value.Key);
                _order.RemoveFirst();
            }

            _places[key] = _order.AddLast((key, value));
        }
    }
}
