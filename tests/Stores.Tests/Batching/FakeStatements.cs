using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Stores.Tests.Batching;

/// <summary>Stands for a database whose statements begin when they are called and end when the test says so.</summary>
internal sealed class FakeStatements
{
    /// <summary>An item that no statement can hold.</summary>
    public const int Bad = 100;

    /// <summary>An item with which the connection breaks.</summary>
    public const int Unavailable = 200;

    /// <summary>An item with which the connection breaks when it is alone.</summary>
    public const int UnavailableWhenAlone = 300;

    private readonly SemaphoreSlim _begun = new(0);
    private readonly SemaphoreSlim _completed = new(0);

    public List<IReadOnlyList<int>> Begun { get; } = [];

    public async Task<IReadOnlyList<int>> RunAsync(IReadOnlyList<int> items)
    {
        Begun.Add(items);
        _begun.Release();
        await _completed.WaitAsync();
        return items switch
        {
            _ when items.Contains(Unavailable) || items is [UnavailableWhenAlone] =>
                throw new StoreUnavailableException("away", new IOException()),
            _ when items.Contains(Bad) => throw new FormatException(),
            _ => [.. items.Select(item => -item)],
        };
    }

    /// <summary>Done when the next statement has begun.</summary>
    public Task NextAsync() => _begun.WaitAsync();

    /// <summary>Lets the statement in flight end.</summary>
    public void Complete() => _completed.Release();
}
