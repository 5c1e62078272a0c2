using Orleans.Concurrency;
using Orleans.Storage;

namespace Orleans.Hybrid.OrleansSurface;

/// <summary>A grain that uses every name the engines share; compiled against both of them.</summary>
public interface IVocabularyGrain : IGrainWithStringKey
{
    Task Watch(IVocabularyObserver observer);

    [OneWay]
    Task Wake(IReadOnlyList<string> words);

    [ReadOnly]
    Task<string> Read(CancellationToken cancel);

    [AlwaysInterleave]
    Task<string> Peek(string key);

    Task<string> Keep(string word);
}

/// <summary>What it keeps.</summary>
public sealed record VocabularyState
{
    public string Word { get; init; } = "nothing";
}

/// <summary>An observer that uses the two shapes of one-way methods.</summary>
public interface IVocabularyObserver : IGrainObserver
{
    [OneWay]
    Task Deliver(IReadOnlyList<string> words);

    void Notice(string word);
}

[Reentrant]
internal sealed class VocabularyGrain(
    [PersistentState("vocabulary")] IPersistentState<VocabularyState> state, IGrainFactory grains) : Grain, IVocabularyGrain
{
    private readonly List<IVocabularyObserver> _observers = [];
    private IGrainTimer? _timer;
    private string _said = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var options = new GrainTimerCreationOptions
        {
            DueTime = TimeSpan.FromSeconds(1),
            Period = Timeout.InfiniteTimeSpan,
            Interleave = true,
            KeepAlive = false,
        };
        _timer = this.RegisterGrainTimer(static (grain, cancel) => grain.TickAsync(cancel), this, options);
        return base.OnActivateAsync(cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _said = reason.ReasonCode switch
        {
            DeactivationReasonCode.ShuttingDown => "down",
            DeactivationReasonCode.ActivationIdle => "idle",
            DeactivationReasonCode.ApplicationRequested => "asked",
            DeactivationReasonCode.RuntimeRequested => "told",
            DeactivationReasonCode.None => "none",
            _ => reason.Description,
        };
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    public Task Watch(IVocabularyObserver observer)
    {
        _observers.Add(observer);
        return Task.CompletedTask;
    }

    public async Task Wake(IReadOnlyList<string> words)
    {
        _said = string.Join(' ', words);
        foreach (var observer in _observers)
        {
            observer.Notice(_said);
            await observer.Deliver(words);
        }
    }

    public Task<string> Read(CancellationToken cancel) => Task.FromResult($"{this.GetPrimaryKeyString()}: {_said}");

    public async Task<string> Peek(string key)
    {
        var neighbour = grains.GetGrain<IVocabularyGrain>(key);
        IAddressable address = neighbour;
        return $"{neighbour.GetPrimaryKeyString()} {address.GetPrimaryKeyString()} {await neighbour.Read(default)}";
    }

    public async Task<string> Keep(string word)
    {
        var before = state.RecordExists ? $"{state.State.Word} ({state.Etag})" : state.State.Word;
        state.State = new VocabularyState { Word = word };
        try
        {
            await state.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            await state.ReadStateAsync();
            await state.ClearStateAsync();
        }

        return before;
    }

    private Task TickAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _timer?.Dispose();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

/// <summary>What is no grain uses references to observers.</summary>
internal sealed class VocabularyEdge(IGrainFactory grains) : IVocabularyObserver
{
    public IReadOnlyList<string> Delivered { get; private set; } = [];

    public string Noticed { get; private set; } = "";

    public async Task WatchAsync(IGrain grain)
    {
        var reference = grains.CreateObjectReference<IVocabularyObserver>(this);
        await ((IVocabularyGrain)grain).Watch(reference);
        grains.DeleteObjectReference<IVocabularyObserver>(reference);
    }

    public Task Deliver(IReadOnlyList<string> words)
    {
        Delivered = words;
        return Task.CompletedTask;
    }

    public void Notice(string word) => Noticed = word;
}
