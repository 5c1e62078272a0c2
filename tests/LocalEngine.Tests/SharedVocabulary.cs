using Orleans.Concurrency;
using Orleans.Hybrid.OrleansSurface;
using Orleans.Storage;

namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>The names that both engines have.</summary>
public sealed class SharedVocabulary
{
    [Fact(Timeout = 10_000)]
    public async Task A_grain_that_uses_every_name_runs()
    {
        await using var host = new EngineHost();
        var grain = host.Grains.GetGrain<IVocabularyGrain>("a");

        await grain.Wake(["hello", "world"]);

        Assert.Equal("a: hello world", await grain.Read(CancellationToken.None));
        Assert.Equal("b b b: ", await grain.Peek("b"));
        Assert.Equal("nothing", await grain.Keep("one"));
        Assert.Equal("one (1)", await grain.Keep("two"));
    }

    [Fact]
    public void Nothing_else_is_public_but_the_way_to_set_the_engine_up()
    {
        Type[] vocabulary =
        [
            typeof(Grain), typeof(IGrain), typeof(IGrainWithStringKey), typeof(IGrainObserver), typeof(IGrainFactory),
            typeof(GrainExtensions), typeof(GrainBaseExtensions), typeof(DeactivationReason),
            typeof(DeactivationReasonCode), typeof(OneWayAttribute), typeof(ReadOnlyAttribute),
            typeof(ReentrantAttribute), typeof(AlwaysInterleaveAttribute), typeof(IAddressable), typeof(IGrainTimer),
            typeof(GrainTimerCreationOptions), typeof(IPersistentState<>), typeof(PersistentStateAttribute),
            typeof(InconsistentStateException),
        ];
        Type[] setUp =
        [
            typeof(LocalEngineServices), typeof(LocalEngineOptions), typeof(Harshness), typeof(EngineCounters),
            typeof(MethodTiming), typeof(IStateStorage),
        ];

        Assert.Equal(
            vocabulary.Concat(setUp).Select(type => type.FullName).Order(),
            typeof(Grain).Assembly.GetExportedTypes().Select(type => type.FullName).Order());
    }
}
